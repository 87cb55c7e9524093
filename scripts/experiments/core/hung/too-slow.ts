import type { HungRule } from './hung-rule.ts'

/** What a call takes beside the waiting, on a machine that is not too slow to judge. */
export const besideMs = 500
/** Of the time that the first one waits: the pool must be full before. */
const filledWithin = 0.75

const cannotJudge = 'this machine is too slow to judge'

/** Why the counts of a full pool prove nothing: the first places were free again before it was full. @param one what is sent: `call` */
export const filledLate = (one: string, { tookMs }: { readonly tookMs: number }, { tryMs }: Pick<HungRule, 'tryMs'>): string | undefined =>
  tookMs > filledWithin * tryMs
    ? `${cannotJudge}: filling the pool took ${Math.round(tookMs)} ms, and the first ${one} waits for ${tryMs} ms`
    : undefined

/** Why times cannot be held against a bound. @param takesMs when nothing is broken */
export const tooSlowFor = (boundMs: number, one: string, takesMs: number): string | undefined =>
  takesMs > boundMs / 3 ? `${cannotJudge}: a ${one} took ${Math.round(takesMs)} ms before anything was broken` : undefined
