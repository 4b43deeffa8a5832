import '../src/index.js'
