export { PlugsModule } from './plugs.module.js';
