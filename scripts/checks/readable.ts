import type { Range } from './check.ts'

/** A value of a check as a person reads it: `[8,8,8]` is `8 × 3`, `[]` is `none`, a range is `5000 … 6010`. */
export function readable(value: unknown): string {
  if (Array.isArray(value) && value.length === 0) return 'none'
  if (Array.isArray(value))
    return value.length > 1 && value.every((item) => item === value[0])
      ? `${readable(value[0])} × ${value.length}`
      : `[${value.map(readable).join(', ')}]`
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : String(Math.round(value * 1000) / 1000)
  if (typeof value === 'object' && value !== null && isRange(value)) return range(value)
  return typeof value === 'string' ? value : JSON.stringify(value)
}

const isRange = (value: object): value is Range =>
  Object.keys(value).length > 0 && Object.keys(value).every((key) => key === 'min' || key === 'max')

function range({ min, max }: Range): string {
  if (min === undefined) return `≤ ${readable(max)}`
  return max === undefined ? `≥ ${readable(min)}` : `${readable(min)} … ${readable(max)}`
}
