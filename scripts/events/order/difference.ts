/** One place where two values differ; absent on the side where it is not there. */
export interface Difference {
  /** `lines.0.sku`; empty when the values differ as a whole. */
  readonly path: string
  readonly from?: unknown
  readonly to?: unknown
}

const isTree = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** Two JSON values → where they differ, leaf by leaf. */
export function differences(from: unknown, to: unknown, path: readonly string[] = []): Difference[] {
  if (isTree(from) && isTree(to) && Array.isArray(from) === Array.isArray(to)) {
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])]
    return keys.flatMap((key) => differences(from[key], to[key], [...path, key]))
  }
  if (Object.is(from, to)) return []
  return [{ path: path.join('.'), ...(from !== undefined && { from }), ...(to !== undefined && { to }) }]
}
