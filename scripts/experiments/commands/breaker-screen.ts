import { type BreakerView, changedViews, changeLine, viewLines } from '../core/by-hand/breaker-view.ts'

export interface BreakerScreen {
  /** A line that stays. */
  say(line: string): void
  show(now: readonly BreakerView[], before: readonly BreakerView[]): void
}

/**
 * Where breakers are shown: on a terminal as lines that are drawn anew, else a line for each change. With `json` one JSON object a line on standard
 * output, first all states and then the changes; what is said goes to standard error.
 */
export function breakerScreen(json: boolean, out: NodeJS.WriteStream = process.stdout, startedAt = performance.now()): BreakerScreen {
  let drawn = 0
  const elapsed = () => ((performance.now() - startedAt) / 1000).toFixed(1)
  const asJson = ({ caller, host, state, requests, failed, refused }: BreakerView) =>
    `${JSON.stringify({ atMs: Math.round(performance.now() - startedAt), caller, host, state, requests, failed, refused })}\n`
  return {
    say: (line) => {
      drawn = 0
      ;(json ? process.stderr : out).write(`${line}\n`)
    },
    show: (now, before) => {
      if (json) for (const view of before.length === 0 ? now : changedViews(before, now).map(({ to }) => to)) out.write(asJson(view))
      else if (out.isTTY) {
        const lines = viewLines(now).map((line) => line.slice(0, out.columns))
        // Up to the first line that was drawn, and clear from there.
        out.write(`${drawn > 0 ? `\u001b[${drawn}A` : ''}\u001b[J${lines.map((line) => `${line}\n`).join('')}`)
        drawn = lines.length
      } else if (before.length === 0)
        out.write(
          viewLines(now)
            .map((line) => `${line}\n`)
            .join(''),
        )
      else for (const change of changedViews(before, now)) out.write(`${elapsed().padStart(6)} s  ${changeLine(change)}\n`)
    },
  }
}
