/** `/developers`: usage of a key, and requests with it. All texts of the answer are put in as text by the script; nothing is loaded from elsewhere. */
export const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Developers – Breakwater</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/developers/page.css">
<script type="module" src="/developers/page.js"></script>
</head>
<body>
<main>
<h1>Your API keys</h1>
<p>What a key has used and what its plan still allows, and the API to try with it. Keys and tokens stay in this page: they are gone when it is closed.
<a href="/docs">All routes</a></p>
<form id="who" autocomplete="off">
<label for="key">API key</label>
<input id="key" type="password" spellcheck="false" placeholder="bwk_…" aria-describedby="key-hint">
<p id="key-hint" class="hint">Goes into the header <code>x-api-key</code>. An operator makes one with <code>npx breakwater gateway keys create</code>.</p>
<label for="token">Token <span class="hint">(only for routes that want to know who you are)</span></label>
<input id="token" type="password" spellcheck="false">
<button>Show usage</button>
</form>
<p id="status" role="status"></p>
<section id="usage" aria-labelledby="usage-title" hidden>
<h2 id="usage-title">Usage</h2>
<dl id="facts"></dl>
<div id="quotas"></div>
<table><caption>Requests by day, the last one first</caption>
<thead><tr><th scope="col">Day (UTC)</th><th scope="col">Admitted</th><th scope="col">Too fast</th><th scope="col">Beyond the quota</th></tr></thead>
<tbody id="days"></tbody></table>
<p><button type="button" id="csv">Save as CSV</button> <button type="button" id="json">Save as JSON</button></p>
</section>
<section id="own" aria-labelledby="own-title" hidden>
<h2 id="own-title">All keys of whoever the token names</h2>
<table><caption>Keys</caption>
<thead><tr><th scope="col">Key</th><th scope="col">Name</th><th scope="col">Plan</th><th scope="col">State</th><th scope="col">Admitted in 30 days</th></tr></thead>
<tbody id="own-keys"></tbody></table>
</section>
<section aria-labelledby="try-title">
<h2 id="try-title">Try it</h2>
<form id="try">
<label for="method">Method</label>
<select id="method"><option>GET</option><option>POST</option></select>
<label for="path">Path</label>
<input id="path" value="/v1/products" list="paths" spellcheck="false" required pattern="/.*">
<datalist id="paths"><option value="/v1/products"><option value="/v1/products/MUG-BLUE"><option value="/v1/keys/current"></datalist>
<label for="body">Body <span class="hint">(JSON, for POST)</span></label>
<textarea id="body" rows="4" spellcheck="false"></textarea>
<button>Send</button>
</form>
<p id="answered" role="status"></p>
<pre id="answer" tabindex="0" aria-label="Answer" hidden></pre>
</section>
</main>
</body>
</html>
`

export const style = `:root { color-scheme: light dark; --line: #767676; --bad: #b00020 }
@media (prefers-color-scheme: dark) { :root { --line: #9a9a9a; --bad: #ff8a94 } }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 }
main { max-width: 60rem; margin: 0 auto; padding: 1rem }
form { display: grid; gap: .25rem; max-width: 40rem; margin-block: 1rem }
input, select, textarea, button { font: inherit; padding: .4rem .6rem; border: 1px solid var(--line); border-radius: .25rem }
textarea, pre { font-family: ui-monospace, monospace }
button { justify-self: start; margin-top: .5rem; cursor: pointer }
.hint { font-size: .875rem; margin: 0 }
.bad { color: var(--bad) }
table { border-collapse: collapse; margin-block: 1rem; width: 100% }
caption { text-align: start; font-weight: 600 }
th, td { text-align: start; padding: .3rem .6rem; border-bottom: 1px solid var(--line) }
td { font-variant-numeric: tabular-nums }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem }
dt { font-weight: 600 }
dd { margin: 0 }
meter { width: 100%; max-width: 40rem }
pre { overflow: auto; max-height: 24rem; border: 1px solid var(--line); padding: .6rem; white-space: pre-wrap; overflow-wrap: anywhere }
`
