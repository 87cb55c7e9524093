/** Who runs, who calls whom, who subscribes to whom: as whoever runs the services has declared it. */
export interface MapTopology {
  readonly services: readonly { readonly name: string; readonly owns: string }[]
  readonly calls: readonly { readonly from: string; readonly to: string }[]
  readonly topics: readonly { readonly name: string; readonly publisher: string; readonly subscribers: readonly string[] }[]
}
