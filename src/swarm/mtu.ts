/** What the engine takes for every overlay network and bridge when nobody says anything. */
export const USUAL_MTU = 1500;
/** Ethernet 14, IPv4 20, UDP 8 and VXLAN 8 bytes: `vxlanEncap` in moby's daemon/libnetwork/drivers/overlay. */
const VXLAN_BYTES = 50;
/** SPI 4, sequence 4, IV 8, padding and next header 2, check value 8: `pktExpansion` in the same folder, encryption.go. */
const ESP_BYTES = 26;

/**
 * The value for com.docker.network.driver.mtu of an overlay network, or undefined where the default is right. It is the MTU
 * of the network card: the overlay driver itself takes VXLAN and ESP off it (maxMTU in encryption.go). Larger frames than
 * usual are not used, since whatever leaves the cluster does not carry them.
 */
export function overlayOption(cardMtu: number): number | undefined {
  return cardMtu < USUAL_MTU ? cardMtu : undefined;
}

/** What containers on the network can send in one packet. */
export function overlayMtu(cardMtu: number, encrypted: boolean): number {
  const mtu = Math.min(cardMtu, USUAL_MTU) - VXLAN_BYTES;
  if (!encrypted) return mtu;
  // ESP pads to four bytes; the driver rounds down after taking its bytes off.
  return mtu - ESP_BYTES - ((mtu - ESP_BYTES) % 4);
}

/** docker_gwbridge carries what leaves through any card of the host, and is not encapsulated. */
export function bridgeMtu(cards: readonly { readonly mtu: number }[]): number {
  return Math.min(USUAL_MTU, ...cards.map(({ mtu }) => mtu));
}
