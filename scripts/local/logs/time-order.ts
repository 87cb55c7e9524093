/**
 * Lines of the common log → the same in the order of their times. They are written as they arrive, and each process writes to a pipe of
 * its own. A line without a time stays behind the one before it.
 */
export const inTimeOrder = (lines: readonly string[]): string[] => sorted(timed(lines)).map(({ line }) => line)

/** Puts lines in order while they come. */
export interface TimeOrder {
  /** @returns what can be shown now */
  take(lines: readonly string[], nowMs: number): string[]
  /** What has not been shown yet. */
  rest(): string[]
}

/** @param holdMs how long a line is kept, for earlier ones that arrive later */
export function keepTimeOrder(holdMs: number): TimeOrder {
  let held: { line: string; time: number; arrivedMs: number }[] = []
  return {
    take: (lines, nowMs) => {
      held = sorted([...held, ...timed(lines).map((entry) => ({ ...entry, arrivedMs: nowMs }))])
      const due = held.findLastIndex(({ arrivedMs }) => arrivedMs <= nowMs - holdMs) + 1
      return held.splice(0, due).map(({ line }) => line)
    },
    rest: () => held.splice(0).map(({ line }) => line),
  }
}

const sorted = <Entry extends { readonly time: number }>(entries: readonly Entry[]): Entry[] => entries.toSorted((a, b) => a.time - b.time)

function timed(lines: readonly string[]): { line: string; time: number }[] {
  let last = 0
  return lines.map((line) => {
    last = timeOf(line) ?? last
    return { line, time: last }
  })
}

/** Milliseconds since the epoch: pino writes them, everybody else RFC 3339. */
function timeOf(line: string): number | undefined {
  try {
    const { time } = JSON.parse(line)
    const milliseconds = typeof time === 'string' ? Date.parse(time) : time
    return Number.isFinite(milliseconds) ? milliseconds : undefined
  } catch {
    return undefined
  }
}
