/** Ends the process with a logged error, because it handles no uncaught exception otherwise; its supervisor starts a new one. */
export function endProcess(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}
