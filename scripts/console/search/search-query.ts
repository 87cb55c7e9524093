import { workloads } from '../../../services/shared/contracts/topology.ts'
import { UsageError } from '../../cli/command-error.ts'
import { levelNames, levelOf } from '../../telemetry/collect/log-entry.ts'
import { traceIdIn, traceIdOf } from '../../telemetry/commands/ids.ts'
import { sinceOf } from '../../telemetry/commands/since.ts'
import type { LogQuery } from '../../telemetry/store/reader.ts'
import type { Understood } from './messages.ts'

/** What was typed into the one box, and how it was taken. */
export interface SearchQuery {
  readonly query: LogQuery
  readonly understood: readonly Understood[]
}

const orderId = /^ord_[A-Za-z0-9_-]{22}$/
const replicaOf = /^(.+?)(-v\d+)?-(\d+)$/
const longest = 1_000

/**
 * `ord_… level:warn service:catalog since:10m connection refused` → what is searched for. An id is known by its form, a replica by its name;
 * everything that has no name of its own is text.
 * @throws UsageError for a level, a time or a trace that is none
 */
export function searchQuery(typed: string, nowMs: number): SearchQuery {
  if (typed.length > longest) throw new UsageError(`a search has at most ${longest} characters`)
  const words: string[] = []
  let query: LogQuery = {}
  const understood: Understood[] = []
  const take = (part: LogQuery, name: Understood['name'], value: string): void => {
    query = { ...query, ...part }
    understood.push({ name, value })
  }
  const named: Readonly<Record<string, (value: string) => void>> = {
    order: (value) => take({ order: value }, 'order', value),
    trace: (value) => take({ trace: traceIdOf(value) }, 'trace', value),
    service: (value) => take({ service: value }, 'service', value),
    level: (value) => take({ level: levelNamed(value) }, 'level', `${value.toLowerCase()} or worse`),
    since: (value) => take({ since: sinceOf(value, nowMs) }, 'since', value),
  }
  const terms = typed.match(/(?:\w+:)?"[^"]*"?|\S+/g) ?? []
  for (const term of terms) {
    const [, name = '', value = ''] = /^(\w+):(.+)$/.exec(term) ?? []
    const trace = traceIdIn(term)
    if (Object.hasOwn(named, name)) named[name]?.(value.replaceAll('"', ''))
    else if (orderId.test(term)) named.order?.(term)
    else if (trace !== undefined) named.trace?.(trace)
    else if (isReplica(term) || (terms.length === 1 && Object.hasOwn(workloads, term))) named.service?.(term)
    else words.push(term)
  }
  if (words.length > 0) take({ text: words.join(' ') }, 'text', words.join(' '))
  return { query, understood }
}

const isReplica = (word: string): boolean => Object.hasOwn(workloads, replicaOf.exec(word)?.[1] ?? '')

/** @throws UsageError */
function levelNamed(name: string): number {
  if (!(levelNames as readonly string[]).includes(name.toLowerCase()))
    throw new UsageError(`'${name}' is no level; there are: ${levelNames.join(', ')}`)
  return levelOf(name)
}
