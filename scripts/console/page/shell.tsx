import { useEffect, useRef, useState } from 'preact/hooks'
import type { About } from '../console.ts'
import { parseHash } from './route.ts'
import { mayAct, useJson } from './server.ts'
import './shell.css'
import { useTheme } from './theme.ts'
import { views } from './views.ts'

/** What is around every view: the name, the tabs, and what holds for all. */
export function Shell() {
  const route = useHashRoute()
  const { answer: about, error } = useJson<About>('/about')
  const view = views.find(({ id }) => id === route.view) ?? views[0]
  const isAllowed = mayAct(about)
  const main = useRef<HTMLElement>(null)
  useEffect(() => {
    if (view) document.title = `${view.title} · Breakwater`
  }, [view])
  return (
    <>
      <button type="button" class="skip button" onClick={() => main.current?.focus()}>
        Skip to the view
      </button>
      <header class="bar">
        <h1>
          <img src="/icon.svg" alt="" width="26" height="26" /> Breakwater
        </h1>
        <nav aria-label="Views">
          <ul>
            {views.map(({ id, title }) => (
              <li key={id}>
                <a href={`#/${id}`} aria-current={id === view?.id ? 'page' : undefined}>
                  {title}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div class="side">
          {about && <span class="badge">{about.target === 'local' ? 'this machine' : 'cluster'}</span>}
          {about && !isAllowed && (
            <span class="badge warn" title={whyNot(about)}>
              only looking
            </span>
          )}
          <Theme />
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        {error && <p class="away">{error}</p>}
        {view && <view.View key={view.id} rest={route.rest} query={route.query} go={go} about={about} mayAct={isAllowed} />}
      </main>
    </>
  )
}

const whyNot = ({ mayAct }: About): string =>
  mayAct ? 'Open the console by the whole URL that was printed: it has the token.' : 'Start the console with --allow-actions to act.'

const go = (hash: string): void => {
  location.hash = hash
}

function useHashRoute() {
  const [hash, setHash] = useState(location.hash)
  useEffect(() => {
    const changed = (): void => setHash(location.hash)
    addEventListener('hashchange', changed)
    return () => removeEventListener('hashchange', changed)
  }, [])
  return parseHash(hash)
}

function Theme() {
  const { isDark, toggle } = useTheme()
  return (
    <button type="button" class="theme" aria-label={isDark ? 'Light colours' : 'Dark colours'} onClick={toggle}>
      <span aria-hidden="true">{isDark ? '☀' : '☾'}</span>
    </button>
  )
}
