using Purser.Server.Events;

namespace Purser.Server.Tokens;

/// <summary>The events about registration tokens: "generation of tokens (Restricted Or Un-restricted)" (help ch. 11).</summary>
public static class TokenEvents
{
    public static EventText Created(string virtualAccount, bool exportControlled) => new(
        "Registration Token Created",
        $"A registration token {(exportControlled ? "with" : "without")} export-controlled functionality was created for the Virtual Account \"{virtualAccount}\".");

    public static EventText Revoked(string virtualAccount) => new(
        "Registration Token Revoked", $"A registration token of the Virtual Account \"{virtualAccount}\" was revoked.");

    public static EventText Removed(string virtualAccount) => new(
        "Registration Token Removed", $"A registration token of the Virtual Account \"{virtualAccount}\" was removed.");
}
