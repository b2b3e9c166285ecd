/** What the engine takes for every overlay network and bridge when nobody says anything. */
export const USUAL_MTU = 1500;

/**
 * The value for com.docker.network.driver.mtu of an overlay network, or undefined where the default is right. It is the MTU
 * of the network card: the overlay driver itself takes VXLAN and ESP off it (maxMTU in encryption.go). Larger frames than
 * usual are not used, since whatever leaves the cluster does not carry them.
 */
export function overlayOption(cardMtu: number): number | undefined {
  return cardMtu < USUAL_MTU ? cardMtu : undefined;
}

/** docker_gwbridge carries what leaves through any card of the host, and is not encapsulated. */
export function bridgeMtu(cards: readonly { readonly mtu: number }[]): number {
  return Math.min(USUAL_MTU, ...cards.map(({ mtu }) => mtu));
}
