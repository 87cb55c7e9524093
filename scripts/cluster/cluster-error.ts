import { CommandError } from '../cli/command-error.ts'

/** Something about the cluster or its tools that the user can mend; the message is one line that says how. */
export class ClusterError extends CommandError {
  override readonly name = 'ClusterError'
}
