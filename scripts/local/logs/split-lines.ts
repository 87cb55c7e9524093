import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'

/** Of a longer line only the beginning is passed on, in characters. */
const longestLine = 65_536

/** Calls back with the whole lines of each chunk; the rest at the end. */
export function splitLines(stream: Readable, take: (lines: readonly string[]) => void): void {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  /** The rest is that of a line whose beginning was passed on. */
  let isTail = false
  stream.on('data', (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split('\n')
    rest = lines.pop() ?? ''
    if (isTail && lines.shift() !== undefined) isTail = false
    if (isTail) rest = ''
    else if (rest.length > longestLine) {
      lines.push(beginning(rest))
      rest = ''
      isTail = true
    }
    const full = lines.filter((line) => line !== '')
    if (full.length > 0) take(full)
  })
  stream.on('end', () => {
    if (rest !== '') take([rest])
  })
}

const beginning = (line: string): string => `${line.slice(0, longestLine)}…`
