/** A line of numbers over time as the path of an SVG of `width` × `height`: the right edge is now. */
export function sparkline(
  points: readonly { readonly atMs: number; readonly value: number }[],
  { nowMs, spanMs, top, width, height }: { nowMs: number; spanMs: number; top: number; width: number; height: number },
): string {
  const x = (atMs: number) => width - ((nowMs - atMs) / spanMs) * width
  const y = (value: number) => height - (Math.min(value, top) / top) * height
  return points
    .filter(({ atMs }) => nowMs - atMs <= spanMs)
    .map(({ atMs, value }, index) => `${index === 0 ? 'M' : 'L'}${x(atMs).toFixed(1)} ${y(value).toFixed(1)}`)
    .join('')
}
