import { useCallback, useEffect, useState } from 'preact/hooks'
import type { LogLine } from '../../search/log-line.ts'
import type { LogsMessage, TraceAnswer } from '../../search/messages.ts'
import { counted, duration } from '../format.ts'
import { useFeed, useJson } from '../server.ts'
import type { ViewProps } from '../view.ts'
import { LogLines } from './log-lines.tsx'
import './logs.css'
import { withTerm } from './terms.ts'
import { Waterfall } from './waterfall.tsx'

/** Logs by one search box, or one trace. */
export function LogsView({ rest: [what, traceId], query, go }: ViewProps) {
  if (what === 'trace' && traceId !== undefined) return <Trace traceId={traceId} />
  return <Search typed={query.get('q') ?? ''} go={go} />
}

/** A person types faster than one wants to search. */
const settledMs = 250
/** On the page. */
const mostLines = 1_000
const levels = ['info', 'warn', 'error'] as const

function Search({ typed, go }: { readonly typed: string; readonly go: ViewProps['go'] }) {
  const [text, setText] = useState(typed)
  const [lines, setLines] = useState<readonly LogLine[]>([])
  const [isFollowing, setFollowing] = useState(true)
  const { answer: services } = useJson<readonly string[]>('/logs/services')
  useEffect(() => setText(typed), [typed])
  useEffect(() => {
    if (text === typed) return
    const timer = setTimeout(() => go(text.trim() === '' ? '#/logs' : `#/logs?q=${encodeURIComponent(text.trim())}`), settledMs)
    return () => clearTimeout(timer)
  }, [text])
  const take = useCallback(
    (message: LogsMessage) => setLines((before) => (message.isFirst ? message.lines : [...before, ...message.lines].slice(-mostLines))),
    [],
  )
  const { message, error } = useFeed<LogsMessage>(isFollowing ? `/logs?q=${encodeURIComponent(typed)}` : undefined, take)
  return (
    <>
      <search class="card search">
        <form
          onSubmit={(event) => {
            event.preventDefault()
            go(`#/logs?q=${encodeURIComponent(text.trim())}`)
          }}
        >
          <h2>
            <label for="search-box">Logs and traces</label>
          </h2>
          <div class="box">
            <input
              id="search-box"
              type="search"
              value={text}
              onInput={({ currentTarget }) => setText(currentTarget.value)}
              placeholder="ord_… or a trace’s id, service:catalog, level:warn, since:10m, any words"
              aria-describedby="search-help"
              autocomplete="off"
              spellcheck={false}
            />
            <select
              aria-label="Service"
              value={/(?:^|\s)service:(\S+)/.exec(text)?.[1] ?? ''}
              onChange={({ currentTarget }) => setText(withTerm(text, 'service', currentTarget.value))}
            >
              <option value="">every service</option>
              {services?.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
            <select
              aria-label="Level"
              value={/(?:^|\s)level:(\S+)/.exec(text)?.[1] ?? ''}
              onChange={({ currentTarget }) => setText(withTerm(text, 'level', currentTarget.value))}
            >
              <option value="">every level</option>
              {levels.map((name) => (
                <option key={name} value={name}>
                  {name} or worse
                </option>
              ))}
            </select>
            <button type="button" class="button" aria-pressed={isFollowing} onClick={() => setFollowing(!isFollowing)}>
              {isFollowing ? 'Pause' : 'Follow'}
            </button>
          </div>
          <p id="search-help" class="quiet small">
            All words must occur in a line; "quoted words" stand side by side; refus* is how a word begins.
          </p>
        </form>
        {message && message.understood.length > 0 && (
          <ul class="understood" aria-label="Searched for">
            {message.understood.map(({ name, value }) => (
              <li key={name} class="badge">
                <span class="quiet">{name}</span> {value}
                {name === 'order' && <a href={`#/orders/${encodeURIComponent(value)}`}>its story</a>}
                {name === 'trace' && <a href={`#/logs/trace/${encodeURIComponent(value)}`}>waterfall</a>}
              </li>
            ))}
          </ul>
        )}
      </search>
      {error && <p class="away">{error}</p>}
      {message?.damaged.map((line) => (
        <p key={line} class="away">
          {line}
        </p>
      ))}
      <section class="card log-search contained" aria-label="Lines">
        <p class="quiet small found" aria-live="polite">
          {message ? foundText(lines, message) : 'Searching…'}
        </p>
        <LogLines lines={lines.toReversed()} label="Lines that were found, newest first" />
      </section>
    </>
  )
}

function foundText(lines: readonly LogLine[], { tookMs, isFirst, leftOut }: LogsMessage): string {
  if (lines.length === 0) return 'Nothing in the logs matches yet.'
  const cut = leftOut > 0 ? `; ${counted(leftOut, 'line')} came too fast to be shown` : ''
  return `The latest ${counted(lines.length, 'line')}, newest first${isFirst ? `, found in ${duration(tookMs)}` : ''}${cut}`
}

function Trace({ traceId }: { readonly traceId: string }) {
  const { answer, error } = useJson<TraceAnswer>(`/traces/${encodeURIComponent(traceId)}`)
  return (
    <article class="trace-page">
      <header>
        <h2>
          Trace <span class="trace-id">{traceId}</span>
        </h2>
        <div class="doings">
          {answer?.trace.orderId && (
            <a class="button main" href={`#/orders/${encodeURIComponent(answer.trace.orderId)}`}>
              The order’s story
            </a>
          )}
          <a class="button" href={`#/logs?q=${encodeURIComponent(traceId)}`}>
            Its logs, live
          </a>
        </div>
      </header>
      {error && <p class="away">{error}</p>}
      {answer && (
        <>
          <section class="card contained" aria-label="Waterfall">
            <Waterfall trace={answer.trace} />
          </section>
          <section class="card contained" aria-labelledby="trace-lines">
            <h3 id="trace-lines">
              Logs <span class="quiet small">{answer.lines.length}</span>
            </h3>
            <LogLines lines={answer.lines} label="Lines of the trace" />
          </section>
        </>
      )}
    </article>
  )
}
