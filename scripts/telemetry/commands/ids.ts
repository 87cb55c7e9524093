import { UsageError } from '../../cli/command-error.ts'

const traceId = /^(?:[0-9a-f]{2}-)?([0-9a-f]{32})(?:-[0-9a-f]{16}-[0-9a-f]{2})?$/

/** A trace id, or a `traceparent` with one in it. */
export const traceIdIn = (text: string): string | undefined => traceId.exec(text.trim().toLowerCase())?.[1]

/** @throws UsageError when it is none */
export function traceIdOf(text: string): string {
  const id = traceIdIn(text)
  if (id === undefined) throw new UsageError(`'${text}' is no trace id: it has 32 hex digits`)
  return id
}
