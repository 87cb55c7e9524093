import { ApiException } from '@kubernetes/client-node'
import { CommandError, ToolError } from '../cli/command-error.ts'
import { remedyOf } from './remedy.ts'
import { serverReason } from './server-reason.ts'

/** What a person reads of an error: a line, with the remedy where a tool met a known limit; one that nobody foresaw says where it arose. */
export function describeFailure(error: unknown): string {
  if (error instanceof ToolError) return [error.message, remedyOf(error.output)].filter((line) => line !== undefined).join('\n')
  if (error instanceof CommandError) return error.message
  if (!(error instanceof Error)) return String(error)
  if (error instanceof ApiException) return `The API server refuses this: ${serverReason(error)}`
  // The Kubernetes client reports all network trouble as this, with the cause beside it.
  if (error.message === 'fetch failed') {
    const cause = error.cause instanceof Error ? error.cause.message : 'no connection'
    return `The cluster does not answer (${cause}): start it, or choose another with KUBE_CONTEXT.`
  }
  return error.stack ?? error.message
}

/** The same outcome. @throws CommandError in place of what the Kubernetes client and tools throw */
export const inOneLine = <Result>(outcome: Promise<Result>): Promise<Result> =>
  outcome.catch((error: unknown) => {
    throw error instanceof CommandError && !(error instanceof ToolError) ? error : new CommandError(describeFailure(error))
  })
