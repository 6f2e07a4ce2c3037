import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import { reloadOnceForNewRelease } from './new-release.js';
import { watchActivity } from './session/activity.js';
import './styles.js';

reloadOnceForNewRelease();
watchActivity();
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
