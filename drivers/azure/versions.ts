/**
 * Versions of Azure's interfaces, each as its description is published in github.com/Azure/azure-rest-api-specs below
 * specification/, in the file named.
 */
export const API = {
  /** compute/resource-manager/Microsoft.Compute/ComputeRP/stable/2024-07-01/virtualMachine.json */
  compute: '2024-07-01',
  /** compute/resource-manager/Microsoft.Compute/DiskRP/stable/2024-03-02/disk.json */
  disks: '2024-03-02',
  /** compute/resource-manager/Microsoft.Compute/Skus/stable/2021-07-01/skus.json */
  skus: '2021-07-01',
  /** network/resource-manager/Microsoft.Network/stable/2024-05-01/networkInterface.json, networkSecurityGroup.json … */
  network: '2024-05-01',
  /** resources/resource-manager/Microsoft.Resources/stable/2021-04-01/resources.json */
  resources: '2021-04-01',
  /** resources/resource-manager/Microsoft.Resources/stable/2022-12-01/subscriptions.json */
  subscriptions: '2022-12-01',
  /** storage/resource-manager/Microsoft.Storage/stable/2023-05-01/blob.json */
  storage: '2023-05-01',
} as const;
