// The viewer's validation library would ask whether it may compile code, and the page forbids that.
globalThis.__zod_globalConfig = { jitless: true };

// Both scripts are deferred, so the viewer is there by now.
addEventListener("DOMContentLoaded", () => {
  Scalar.createApiReference("#page", {
    url: "/api-docs/openapi.json",
    // Only our own samples: they are made from the contract and run by its tests.
    hiddenClients: true,
    // Nothing may leave for another host.
    telemetry: false,
    withDefaultFonts: false,
    hideClientButton: true,
    showDeveloperTools: "never",
    agent: { disabled: true },
    mcp: { disabled: true },
    // Tokens are for this tab.
    persistAuth: false,
    authentication: { preferredSecurityScheme: "bearerAuth" },
    operationsSorter: undefined,
    metaData: { title: "SlugBase API" },
  });
});
