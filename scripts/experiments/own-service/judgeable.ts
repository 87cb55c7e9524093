import { whyNotJudgeable } from '../core/explain/not-judgeable.ts'
import type { Reason } from '../core/result.ts'
import { type OwnKindName, type OwnSubject, ownKinds } from './own-experiments.ts'

/** Kinds that would prove something of a service, and of the others why they would not. */
export interface Judgeable {
  readonly kinds: readonly OwnKindName[]
  readonly others: readonly Refused[]
}

interface Refused {
  readonly kind: OwnKindName
  /** A line each: the field, why, and what would work. */
  readonly why: readonly string[]
}

/** Pure. */
export function judgeable(kinds: readonly OwnKindName[], { survey, path }: OwnSubject): Judgeable {
  const found = kinds.map((kind) => ({
    kind,
    why: whyNotJudgeable({ ...survey, judged: ownKinds[kind].judged, request: { method: 'GET', path } }).map(inWords),
  }))
  return { kinds: found.filter(({ why }) => why.length === 0).map(({ kind }) => kind), others: found.filter(({ why }) => why.length > 0) }
}

const inWords = ({ field, because, wouldWork }: Reason): string => `${field}: ${because} What would work: ${wouldWork}`

/** `pool, hung cannot be judged: DestinationRule …`: a line a reason, and each said once. */
export function refusal(others: readonly Refused[]): string {
  const alike = Map.groupBy(others, ({ why }) => why.join('\n  '))
  return [...alike]
    .map(([why, kinds]) => `${kinds.map(({ kind }) => kind).join(', ')} cannot be judged:${why.includes('\n') ? '\n  ' : ' '}${why}`)
    .join('\n')
}
