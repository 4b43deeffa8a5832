import { pageServer } from './server.js'

pageServer().listen(Number(process.env.PORT ?? 8080), '127.0.0.1')
