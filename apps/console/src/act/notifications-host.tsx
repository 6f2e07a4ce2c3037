import { Notifications } from '@mantine/notifications';
import '@mantine/core/styles/Notification.css';
import '@mantine/notifications/styles.css';

/** Where notifications appear. It is loaded after the first screen, since nothing has been done before. */
export function NotificationsHost() {
  return <Notifications position="bottom-right" />;
}
