import { levelNames, levelOf } from '../collect/log-entry.ts'
import type { LogQuery } from '../store/reader.ts'

/** As long as anybody keeps logs. */
const everything = '*'
const nothing = '!*'

/**
 * What is asked of logs → LogsQL, except for `since`, which is a parameter of its own.
 * https://docs.victoriametrics.com/victorialogs/logsql/
 * @param traces of the order that is asked for
 */
export function toLogsQl({ text, order, trace, service, level = 0 }: LogQuery, traces: readonly string[] = []): string {
  const filters = [
    ...(text === undefined ? [] : wordsOf(text)),
    ...(order === undefined ? [] : [`(${[order, ...traces].map(quoted).join(' or ')})`]),
    ...(trace === undefined ? [] : [quoted(trace)]),
    ...(service === undefined ? [] : [`("service.name":=${quoted(service)} or "service.instance.id":=${quoted(service)})`]),
    // `info` is what does not say it.
    ...(level <= levelOf('trace')
      ? []
      : [
          `level:in(${levelNames
            .filter((name) => levelOf(name) >= level)
            .map(quoted)
            .join()})`,
        ]),
  ]
  return filters.length === 0 ? everything : filters.join(' ')
}

/** As `expressionOf` reads what somebody typed: all words, quoted ones side by side, and a word that ends in `*` may go on. */
function wordsOf(text: string): string[] {
  const terms = [...text.matchAll(/"([^"]*)"?|(\S+)/g)].flatMap(([, phrase, plain = '']) => {
    const isPrefix = phrase === undefined && plain.endsWith('*')
    const words = phrase ?? (isPrefix ? plain.slice(0, -1) : plain)
    return /[\p{L}\p{N}_]/u.test(words) ? [`i(${quoted(words)}${isPrefix ? '*' : ''})`] : []
  })
  return terms.length === 0 ? [nothing] : terms
}

/** A string of LogsQL has the escapes of JSON; half of a pair of UTF-16 is none of its characters. */
export const quoted = (text: string): string => JSON.stringify(text.toWellFormed())
