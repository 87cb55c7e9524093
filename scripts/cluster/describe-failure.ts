import { ApiException } from '@kubernetes/client-node'
import { ClusterError } from './cluster-error.ts'
import { serverReason } from './server-reason.ts'

export interface Failure {
  /** One line, unless nobody foresaw the error: then it says where it arose. */
  readonly text: string
  /** 2 for wrong usage, else 1. */
  readonly exitCode: 1 | 2
}

/** What a command says of an error, and ends with. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof ClusterError) return { text: error.message, exitCode: 1 }
  if (!(error instanceof Error)) return { text: String(error), exitCode: 1 }
  if ('code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) return { text: `${error.message.split('. ')[0]}.`, exitCode: 2 }
  if (error instanceof ApiException) return { text: `The API server refuses this: ${serverReason(error)}`, exitCode: 1 }
  // The Kubernetes client reports all network trouble as this, with the cause beside it.
  if (error.message === 'fetch failed') {
    const cause = error.cause instanceof Error ? error.cause.message : 'no connection'
    return { text: `The cluster does not answer (${cause}): start it, or choose another with KUBE_CONTEXT.`, exitCode: 1 }
  }
  return { text: error.stack ?? error.message, exitCode: 1 }
}
