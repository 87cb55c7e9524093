import type { ApiVersion } from './api-route.ts'

/** Swagger UI, from files of this server alone. */
export const docsPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Breakwater API</title>
<link rel="icon" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/swagger-ui-standalone-preset.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`

/** Shows the newest version first; a list at the top has the others. */
export const docsScript = (versions: readonly ApiVersion[]): string => {
  const documents = versions.map(({ name }) => ({ name, url: `/${name}/openapi.json` }))
  return `SwaggerUIBundle({
  urls: ${JSON.stringify(documents)},
  'urls.primaryName': ${JSON.stringify(documents.at(-1)?.name)},
  dom_id: '#swagger-ui',
  deepLinking: true,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
  layout: 'StandaloneLayout',
})
`
}
