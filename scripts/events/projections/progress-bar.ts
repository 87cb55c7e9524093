const width = 24
const number = new Intl.NumberFormat('en-US')

/** `[######..................]  25 %  1,000 of 4,000, 500/s, 6 s left` */
export function progressBar(done: number, of: number, seconds: number): string {
  const share = of > 0 ? Math.min(1, done / of) : 0
  const filled = Math.round(share * width)
  const rate = seconds > 0 ? done / seconds : 0
  const left = rate > 0 ? `, ${Math.ceil((of - done) / rate)} s left` : ''
  const bar = `[${'#'.repeat(filled)}${'.'.repeat(width - filled)}]`
  return `${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${number.format(done)} of ${number.format(of)}, ${number.format(Math.round(rate))}/s${left}`
}

export const grouped = (value: number): string => number.format(value)
