import type { Mark } from './spans.ts'
import { fixed, type TimeAxis } from './time-axis.ts'

/** Marks that share one number, because numbers of their own would touch. */
export interface MergedMark {
  readonly percent: number
  readonly count: number
  readonly fromMs: number
  readonly toMs: number
}

/** px of a sign, and of a digit behind it; `style.ts` sets their font. */
const signWidth = 14
const digitWidth = 8

/** Marks of one kind, in order → numbers that do not touch on an axis of so many px. Their sum is that of the marks. */
export function mergeMarks(marks: readonly Mark[], axis: TimeAxis, widthPx: number): MergedMark[] {
  const total = marks.reduce((sum, { count }) => sum + count, 0)
  const labelPercent = ((signWidth + digitWidth * String(total).length) / widthPx) * 100
  const merged: MergedMark[] = []
  for (const { atMs, count } of marks) {
    const percent = Math.min(100 - labelPercent / 2, Math.max(labelPercent / 2, axis.percent(atMs)))
    const last = merged.at(-1)
    if (last === undefined || percent - last.percent >= labelPercent) merged.push({ percent, count, fromMs: atMs, toMs: atMs })
    else merged[merged.length - 1] = { ...last, count: last.count + count, toMs: atMs }
  }
  return merged
}

export const position = ({ percent }: MergedMark): string => `left:${fixed(percent)}%`
