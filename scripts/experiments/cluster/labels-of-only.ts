import type { Labels } from './pods.ts'

/** Labels that all of these pods have, if none of the others has them all; else undefined: then no selector tells them apart. */
export function labelsOfOnly(these: readonly Labels[], others: readonly Labels[]): Labels | undefined {
  const [first = {}, ...more] = these
  const has =
    (pod: Labels) =>
    ([key, value]: readonly [string, string]) =>
      pod[key] === value
  const shared = Object.entries(first).filter((label) => more.every((pod) => has(pod)(label)))
  return others.some((pod) => shared.every(has(pod))) ? undefined : Object.fromEntries(shared)
}
