import type { ApiVersion } from './api-route.ts'

/** What is here and where to go on, for who comes with a browser. */
export const frontPage = (versions: readonly ApiVersion[]): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Breakwater</title>
<link rel="icon" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/page.css">
</head>
<body>
<h1>Breakwater</h1>
<p>This is the gateway of an online shop that runs on a service mesh. It has no shop window: programs order here, over HTTP.</p>
<dl>
<dt><a href="/developers">/developers</a></dt><dd>What an API key has used and may still use, and the API to try with it</dd>
<dt><a href="/docs">/docs</a></dt><dd>All routes, to read and to try</dd>
${versions.map(({ name, deprecation }) => `<dt><a href="/${name}/openapi.json">/${name}/openapi.json</a></dt><dd>${about(name, deprecation)}</dd>`).join('\n')}
<dt><a href="/${versions.at(-1)?.name}/products">/${versions.at(-1)?.name}/products</a></dt><dd>What there is to buy</dd>
</dl>
</body>
</html>
`

const about = (name: string, deprecation: ApiVersion['deprecation']): string =>
  `Version ${name} as an OpenAPI 3.1 document${deprecation ? `; deprecated, may be gone after ${deprecation.sunset.toISOString().slice(0, 10)}, use ${deprecation.successor}` : ''}`
