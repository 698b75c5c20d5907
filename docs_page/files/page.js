// The viewer's validation library would ask whether it may compile code, and the page forbids that.
globalThis.__zod_globalConfig = { jitless: true };

// Both scripts are deferred, so the viewer is there by now.
addEventListener("DOMContentLoaded", () => {
  Scalar.createApiReference("#page", {
    url: "/api-docs/openapi.json",
    // Of samples only ours: they are made from the contract, and its tests carry them out.
    hiddenClients: true,
    // Nothing leaves for another host.
    telemetry: false,
    withDefaultFonts: false,
    hideClientButton: true,
    showDeveloperTools: "never",
    agent: { disabled: true },
    mcp: { disabled: true },
    // A token stays in the tab it was typed into.
    persistAuth: false,
    authentication: { preferredSecurityScheme: "bearerAuth" },
    metaData: { title: "SlugBase API" },
    customCss: "table td:first-child code { white-space: nowrap; }",
  });
});
