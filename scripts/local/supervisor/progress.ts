/** What happens while the shop starts. */
export type ProgressEvent =
  | { readonly kind: 'step'; readonly text: string; readonly atMs: number }
  | { readonly kind: 'ready'; readonly atMs: number }
  | { readonly kind: 'failed'; readonly reason: string }

/** Events of one start; whoever follows gets them from the first one on. */
export interface Progress {
  step(text: string): void
  ready(): void
  failed(reason: string): void
  follow(listener: (event: ProgressEvent) => void): void
}

/** @param elapsedMs since the start */
export function createProgress(elapsedMs: () => number): Progress {
  const events: ProgressEvent[] = []
  const listeners: ((event: ProgressEvent) => void)[] = []
  const add = (event: ProgressEvent): void => {
    events.push(event)
    for (const listener of listeners) listener(event)
  }
  return {
    step: (text) => add({ kind: 'step', text, atMs: elapsedMs() }),
    ready: () => add({ kind: 'ready', atMs: elapsedMs() }),
    failed: (reason) => add({ kind: 'failed', reason }),
    follow: (listener) => {
      events.forEach(listener)
      listeners.push(listener)
    },
  }
}
