"""What waits to be sent, as the browser keeps it."""

from playwright.sync_api import Page

KEPT = """() => new Promise((resolve, reject) => {
    const opening = indexedDB.open("chat-outbox");
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
        const items = opening.result.transaction("items").objectStore("items").getAll();
        items.onsuccess = () => {
            opening.result.close();
            resolve(items.result.map(({ login: whose, item }) => `${whose}: ${item.text}`));
        };
    };
})"""


def kept_messages(page: Page) -> list[str]:
    """Return what the database holds of all people, each as "whose: text"; of a page that has been opened."""
    texts: list[str] = page.evaluate(KEPT)
    return texts
