import { createApp } from './app.ts'
import { Links } from './links.ts'

createApp(new Links())
