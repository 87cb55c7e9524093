import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'

/** A line that never ends is cut here, in characters. */
const longestLine = 65_536

/** Calls back with the whole lines of each chunk; the rest at the end. */
export function splitLines(stream: Readable, take: (lines: readonly string[]) => void): void {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  stream.on('data', (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > longestLine) {
      lines.push(rest.slice(0, longestLine))
      rest = ''
    }
    const full = lines.filter((line) => line !== '')
    if (full.length > 0) take(full)
  })
  stream.on('end', () => {
    if (rest !== '') take([rest])
  })
}
