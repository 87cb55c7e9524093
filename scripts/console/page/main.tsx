import './theme.css'
import { render } from 'preact'
import { takeToken } from './server.ts'
import { Shell } from './shell.tsx'
import { applyTheme } from './theme.ts'

takeToken()
applyTheme()
const page = document.getElementById('page')
if (page) render(<Shell />, page)
