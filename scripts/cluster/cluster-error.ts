/** Something about the cluster or its tools that the user can mend; the message is one line that says how. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError'
}
