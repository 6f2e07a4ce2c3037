import { Notifications } from '@mantine/notifications';
import { useEffect, useRef } from 'react';
import '@mantine/core/styles/Notification.css';
import '@mantine/notifications/styles.css';
import { makeRoomFor } from './room-for-notices.js';

const position = 'bottom-right';

/** Where notifications appear. It is loaded after the first screen, since nothing has been done before. */
export function NotificationsHost() {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const notices = host.current?.querySelector<HTMLElement>(`[data-position="${position}"]`);
    return notices ? makeRoomFor(notices) : undefined;
  }, []);
  return (
    <div ref={host}>
      <Notifications position={position} withinPortal={false} limit={3} />
    </div>
  );
}
