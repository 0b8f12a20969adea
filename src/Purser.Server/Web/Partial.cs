namespace Purser.Server.Web;

/// <summary>
/// Attributes that make a link update one part of the page. The answer is the whole page of that address, of which the part is taken:
/// so every link also works opened in a new tab, sent to a colleague, or without script.
/// </summary>
public static class Partial
{
    /// <summary>Replaces the element with this id by its counterpart in the page of that address, which becomes the shown address.</summary>
    public static Dictionary<string, object> Part(string id, string url) => new(StringComparer.Ordinal)
    {
        ["href"] = url,
        ["hx-get"] = url,
        ["hx-target"] = $"#{id}",
        ["hx-select"] = $"#{id}",
        ["hx-swap"] = "outerHTML",
        ["hx-push-url"] = "true",
    };

    /// <summary>Opens (or, by an address without it, closes) the detail drawer.</summary>
    public static Dictionary<string, object> Drawer(string url) => Part("drawer", url);

    /// <summary>Shows the <c>Modal</c> of the page at this address as a dialog above the present page.</summary>
    public static Dictionary<string, object> Dialog(string url) => new(StringComparer.Ordinal)
    {
        ["href"] = url,
        ["hx-get"] = url,
        ["hx-target"] = "#modal",
        ["hx-select"] = "dialog",
        ["hx-swap"] = "innerHTML",
    };

    /// <summary>The part a partial request will take, so that a page can leave out costly other parts; null when the whole page is wanted.</summary>
    public static string? Wanted(HttpContext context) =>
        context.Request.Headers.ContainsKey("HX-Request") ? context.Request.Headers["HX-Target"].ToString() : null;
}
