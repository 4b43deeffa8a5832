import './result.js'
