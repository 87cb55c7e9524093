import type { LogLine } from '../../search/log-line.ts'
import { clock } from '../format.ts'
import './log-lines.css'

interface LogLinesProps {
  readonly lines: readonly LogLine[]
  /** Lines after this time are shown as what has not happened yet. */
  readonly untilMs?: number | undefined
  readonly label: string
}

/** Lines of logs, oldest first; one that is chosen shows all that it has. */
export function LogLines({ lines, untilMs, label }: LogLinesProps) {
  return (
    <ol class="log-lines" aria-label={label}>
      {lines.map((line, index) => (
        <li
          key={`${line.atMs} ${line.source} ${index}`}
          class={`${line.level} ${untilMs !== undefined && line.atMs > untilMs ? 'later' : ''}`}
        >
          <details>
            <summary>
              <time class="number">{clock(line.atMs)}</time>
              <span class="source">{line.source}</span>
              <span class="level">{line.level}</span>
              <span class="message">
                {line.message}{' '}
                <span class="quiet">
                  {line.fields
                    .slice(0, 6)
                    .map(([name, value]) => `${name}=${value.slice(0, 80)}`)
                    .join(' ')}
                </span>
              </span>
            </summary>
            <LineDetails line={line} />
          </details>
        </li>
      ))}
    </ol>
  )
}

function LineDetails({ line: { message, fields, traceId, orderId, atMs } }: { readonly line: LogLine }) {
  return (
    <dl class="line-details">
      <Field name="time">{new Date(atMs).toISOString()}</Field>
      <Field name="message">{message}</Field>
      {traceId && (
        <Field name="trace">
          <a href={`#/logs/trace/${encodeURIComponent(traceId)}`}>{traceId}</a>
        </Field>
      )}
      {orderId && (
        <Field name="order">
          <a href={`#/orders/${encodeURIComponent(orderId)}`}>{orderId}</a>
        </Field>
      )}
      {fields.map(([name, value]) => (
        <Field key={name} name={name}>
          {value}
        </Field>
      ))}
    </dl>
  )
}

function Field({ name, children }: { readonly name: string; readonly children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
