/** SQLSTATE class 22, data exception: the value itself is at fault, and is refused however often it comes. */
const dataException = /^22[0-9A-Z]{3}$/

/** What the database said to a value that it can never store; undefined for every other error, whose cause may pass. */
export function refusedValue(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as { readonly code?: unknown }
    if (typeof code === 'string' && dataException.test(code)) return `${(error as Error).message} (SQLSTATE ${code})`
  }
  return undefined
}
