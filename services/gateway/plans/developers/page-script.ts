/** The script of `/developers`, as browsers get it: one module without imports, and no text of an answer becomes HTML. */
export const script = String.raw`const at = (id) => document.getElementById(id)
const make = (tag, text, more = {}) => Object.assign(document.createElement(tag), { textContent: text ?? '' }, more)
const row = (...cells) => { const tr = make('tr'); tr.append(...cells.map((cell) => make('td', cell))); return tr }

/** Header of an answer that says something about limits. */
const telling = ['ratelimit-policy', 'ratelimit', 'retry-after', 'location', 'etag', 'www-authenticate', 'content-type']

const headers = () => ({
  ...(at('key').value.trim() && { 'x-api-key': at('key').value.trim() }),
  ...(at('token').value.trim() && { authorization: 'Bearer ' + at('token').value.trim() }),
})

async function ask(path) {
  const answer = await fetch(path, { headers: headers(), cache: 'no-store', credentials: 'omit' })
  const body = await answer.json().catch(() => ({}))
  if (answer.ok) return body
  throw new Error(answer.status + ' ' + (body.code ?? '') + ': ' + (body.detail ?? body.title ?? answer.statusText))
}

function say(id, text, isBad = false) {
  at(id).textContent = text
  at(id).className = isBad ? 'bad' : ''
}

let shown

function showUsage({ key, plan, usage }) {
  shown = usage
  const { throttle } = plan
  const facts = {
    Key: key.id + ' (' + key.name + ')',
    Plan: plan.id,
    Rate: throttle ? throttle.rate + ' requests a second, ' + throttle.burst + ' at once' : 'no limit',
    Scopes: key.scopes.join(', ') || 'none',
    Ends: key.expiresAt ?? 'not by itself',
    Counted: usage.counted === 'all-replicas' ? 'for all replicas together' : 'by the replica that answered, since it started',
  }
  at('facts').replaceChildren(...Object.entries(facts).flatMap(([name, value]) => [make('dt', name), make('dd', value)]))
  at('quotas').replaceChildren(...usage.quotas.map(({ period, limit, used, left, resetsAt }) => {
    const line = make('p')
    const name = 'Quota of the ' + period + ': ' + used + ' of ' + limit + ' used, ' + left + ' left until ' + resetsAt
    line.append(make('span', name), make('br'), make('meter', name, { min: 0, max: limit, value: used, ariaLabel: name }))
    return line
  }))
  at('days').replaceChildren(...usage.days.toReversed().map((day) => row(day.day, day.admitted, day.throttled, day.overQuota)))
  at('usage').hidden = false
}

function showOwn({ keys }) {
  const state = (key) => (key.revokedAt ? 'revoked' : key.expiresAt && Date.parse(key.expiresAt) <= Date.now() ? 'expired' : 'good')
  const sum = (usage) => usage.days.reduce((all, day) => all + day.admitted, 0)
  at('own-keys').replaceChildren(...keys.map(({ key, usage }) => row(key.id, key.name, key.planId, state(key), sum(usage))))
  at('own').hidden = false
}

at('who').addEventListener('submit', async (event) => {
  event.preventDefault()
  at('usage').hidden = true
  at('own').hidden = true
  const { 'x-api-key': key, authorization } = headers()
  if (!key && !authorization) return say('status', 'Give a key, or a token.', true)
  say('status', 'Asking …')
  try {
    if (key) showUsage(await ask('/v1/keys/current'))
    if (authorization) showOwn(await ask('/v1/keys'))
    say('status', 'As of ' + new Date().toISOString())
  } catch (error) {
    say('status', error.message, true)
  }
})

function save(name, type, text) {
  const link = make('a', '', { href: URL.createObjectURL(new Blob([text], { type })), download: name })
  link.click()
  URL.revokeObjectURL(link.href)
}
at('json').addEventListener('click', () => save(shown.keyId + '.json', 'application/json', JSON.stringify(shown, null, 2)))
at('csv').addEventListener('click', () => {
  const lines = shown.days.map((day) => [shown.keyId, day.day, day.admitted, day.throttled, day.overQuota].join(','))
  save(shown.keyId + '.csv', 'text/csv', ['key,day,admitted,throttled,over_quota', ...lines, ''].join('\r\n'))
})

at('try').addEventListener('submit', async (event) => {
  event.preventDefault()
  const method = at('method').value
  const body = at('body').value.trim()
  say('answered', 'Asking …')
  try {
    const begun = performance.now()
    const asked = new URL(at('path').value, location.origin)
    const answer = await fetch(asked.pathname + asked.search, {
      method,
      headers: { ...headers(), ...(method === 'POST' && { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() }) },
      ...(method === 'POST' && body && { body }),
      cache: 'no-store',
      credentials: 'omit',
    })
    const text = await answer.text()
    say('answered', answer.status + ' ' + answer.statusText + ' in ' + Math.round(performance.now() - begun) + ' ms', !answer.ok)
    const head = telling.flatMap((name) => (answer.headers.has(name) ? [name + ': ' + answer.headers.get(name)] : []))
    at('answer').textContent = [...head, '', pretty(text)].join('\n')
    at('answer').hidden = false
  } catch (error) {
    say('answered', error.message, true)
  }
})

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
`
