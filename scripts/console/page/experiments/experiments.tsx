import { useEffect, useState } from 'preact/hooks'
import type { ListedExperiment, RunMessageOfFeed } from '../../experiments/view.ts'
import { act, getJson, useFeed } from '../server.ts'
import type { ViewProps } from '../view.ts'
import { Run } from './run.tsx'
import { ago, verdictWords } from './run-view.ts'
import './experiments.css'

/** Which experiments there are, and the one that goes on. */
export function ExperimentsView({ mayAct }: ViewProps) {
  const { message, state, error } = useFeed<RunMessageOfFeed>('/experiments/run')
  const run = message?.run
  const { list, failed } = useList(run?.ended !== undefined)
  const [refused, setRefused] = useState<string>()
  const isRunning = run !== undefined && run.ended === undefined
  const ask = (path: string, body?: unknown): void => {
    setRefused(undefined)
    act(path, body).catch((reason: Error) => setRefused(reason.message))
  }
  const start = (name: string): void => {
    ask('/experiments/start', { name })
    scrollTo({ top: 0 })
  }
  return (
    <>
      {state === 'away' && <p class="away">{error ?? 'The console does not answer: this is what was seen last.'}</p>}
      {refused !== undefined && (
        <p class="away" role="alert">
          {refused}
        </p>
      )}
      {run && (
        <Run run={run} last={list?.find(({ name }) => name === run.name)?.last} mayAct={mayAct} abort={() => ask('/experiments/abort')} />
      )}
      <div class="experiments-head">
        <h2>Experiments</h2>
        <a href="/report" target="_blank" rel="noopener">
          Report of the last runs
        </a>
      </div>
      {!mayAct && <p class="quiet">This page only looks: running an experiment breaks things.</p>}
      {failed !== undefined && <p class="away">{failed}</p>}
      <ul class="experiments">
        {list?.map((one) => (
          <Listed key={one.name} one={one} canRun={mayAct && !isRunning} isRunning={isRunning && one.name === run.name} start={start} />
        ))}
      </ul>
    </>
  )
}

interface ListedProps {
  readonly one: ListedExperiment
  readonly canRun: boolean
  readonly isRunning: boolean
  readonly start: (name: string) => void
}

function Listed({ one: { name, hypothesis, last }, canRun, isRunning, start }: ListedProps) {
  const words = last && verdictWords(last.verdict)
  return (
    <li class="card experiment">
      <div>
        <h3>{name}</h3>
        <p>{hypothesis}</p>
      </div>
      <div class="beside">
        {words && last ? (
          <p class="small quiet">
            <span class={`badge ${words.tone}`}>{words.text}</span> {ago(last.startedAt, Date.now())}
          </p>
        ) : (
          <p class="small quiet">not run here yet</p>
        )}
        <button type="button" class="button" disabled={!canRun} onClick={() => start(name)} aria-label={`Run ${name}`}>
          {isRunning ? 'Running …' : 'Run'}
        </button>
      </div>
    </li>
  )
}

/** Asked for again when a run has ended: it has left a result. */
function useList(hasEnded: boolean): { readonly list?: readonly ListedExperiment[]; readonly failed?: string } {
  const [found, setFound] = useState<{ readonly list?: readonly ListedExperiment[]; readonly failed?: string }>({})
  useEffect(() => {
    getJson<readonly ListedExperiment[]>('/experiments').then(
      (list) => setFound({ list }),
      (error: Error) => setFound((before) => ({ ...before, failed: error.message })),
    )
  }, [hasEnded])
  return found
}
