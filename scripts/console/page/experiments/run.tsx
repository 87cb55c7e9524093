import { useEffect, useState } from 'preact/hooks'
import type { LastResult } from '../../experiments/last-results.ts'
import type { RunState } from '../../experiments/run-state.ts'
import { type RowOfCheck, rowsOf, steps, verdictWords } from './run-view.ts'

interface RunProps {
  readonly run: RunState
  readonly last: LastResult | undefined
  readonly mayAct: boolean
  readonly abort: () => void
}

/** A run as it goes on: where it is, and what it has measured, beside the same without the rule. */
export function Run({ run, last, mayAct, abort }: RunProps) {
  const { name, hypothesis, change, checks, ended, isAborting, controlFailedAsItMust } = run
  const isOver = ended !== undefined
  const words = ended && verdictWords(ended.verdict)
  const removed = change || last?.change
  return (
    <section class={`card run ${words?.tone ?? ''}`} aria-label={`Run of ${name}`}>
      <div class="experiments-head">
        <h2>
          {name} <span class={`badge ${words?.tone ?? ''}`}>{words?.text ?? (isAborting ? 'putting everything back …' : 'running')}</span>
        </h2>
        {isOver ? (
          <a class="button" href="/report" target="_blank" rel="noopener">
            Open the report
          </a>
        ) : (
          <>
            <Elapsed since={run.startedAt} />
            {mayAct && (
              <button type="button" class="button stop" disabled={isAborting} onClick={abort}>
                Abort
              </button>
            )}
          </>
        )}
      </div>
      <p class="hypothesis">{hypothesis}</p>
      {ended?.reason !== undefined && <p class="away">{ended.reason}</p>}
      {ended && ended.remains.length > 0 && (
        <p class="away" role="alert">
          Still broken: {ended.remains.join('; ')}
        </p>
      )}
      <ol class="steps">
        {steps(run).map((step) => (
          <li key={step.name} class={step.state.replace(' ', '-')} aria-current={step.state === 'now' ? 'step' : undefined}>
            <span aria-hidden="true">{{ done: '✓', now: '▶', 'to come': '○' }[step.state]}</span> {step.name}
          </li>
        ))}
      </ol>
      <div class="two">
        <div>
          <h3>With the rule</h3>
          <Checks rows={checks.observation === undefined && !isOver ? (checks['steady state'] ?? []) : []} title="Steady state" />
          <Checks rows={rowsOf(checks.observation, last?.checks ?? [], isOver)} title="Checks" />
          <Checks rows={checks.invariants ?? []} title="Business invariants" />
        </div>
        <div>
          <h3>
            Negative control{removed && <span class="quiet">: {removed}</span>}{' '}
            {controlFailedAsItMust !== undefined && (
              <span class={`badge ${controlFailedAsItMust ? 'good' : 'bad'}`}>
                {controlFailedAsItMust ? '✓ failed, as it must' : '✗ did not fail as it must'}
              </span>
            )}
          </h3>
          <Checks rows={rowsOf(checks['negative control'], last?.control ?? [], isOver)} title="The same checks without it" isControl />
        </div>
      </div>
      <Events run={run} />
      <details>
        <summary>What it says ({run.lines.length} lines)</summary>
        <ol class="lines-said small">
          {run.lines.map((line, index) => (
            <li key={index}>{line}</li>
          ))}
        </ol>
      </details>
    </section>
  )
}

const outcomes = {
  holds: { sign: '✓', word: 'holds' },
  fails: { sign: '✗', word: 'fails' },
  open: { sign: '?', word: 'not judged' },
  pending: { sign: '○', word: 'not measured yet' },
} as const

function Checks({ rows, title, isControl = false }: { rows: readonly RowOfCheck[]; title: string; isControl?: boolean }) {
  if (rows.length === 0) return null
  const holding = rows.filter(({ outcome }) => outcome === 'holds').length
  const isMeasured = rows.some(({ outcome }) => outcome !== 'pending')
  return (
    <>
      <h4>
        {title}
        {isMeasured && <span class="quiet number">{`: ${holding} of ${rows.length} hold`}</span>}
      </h4>
      <ul class={isControl ? 'checks control' : 'checks'}>
        {rows.map((row, index) => (
          <li key={index} class={`turns ${row.outcome}`}>
            <span class="sign" role="img" aria-label={outcomes[row.outcome].word}>
              {outcomes[row.outcome].sign}
            </span>
            <span>
              {row.name}
              <span class="small values number">
                expected {row.expected}
                {row.outcome !== 'pending' && `, observed ${row.actual}`}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}

function Events({ run: { events } }: { run: RunState }) {
  if (events.length === 0) return null
  return (
    <>
      <h3>What it did</h3>
      <ol class="events small">
        {events.map(({ of, atMs, what }) => (
          <li key={`${atMs} ${what}`}>
            <span class="number quiet">{(atMs / 1000).toFixed(1)} s</span> {what}
            {of === 'negative control' && <span class="quiet"> (negative control)</span>}
          </li>
        ))}
      </ol>
    </>
  )
}

function Elapsed({ since }: { since: number }) {
  const [now, setNow] = useState(Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return <span class="quiet number">{Math.max(0, Math.round((now - since) / 1000))} s</span>
}
