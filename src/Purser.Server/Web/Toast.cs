using System.Text;
using System.Text.Json;

namespace Purser.Server.Web;

/// <summary>A message that survives the redirect after a form: what happened, and a link to the object it happened to.</summary>
public sealed record Toast(string Text, string? Link = null, string? LinkText = null, ToastTone Tone = ToastTone.Success)
{
    const string Cookie = "purser-toast";
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Shown by the next page this browser renders.</summary>
    public void ShowNext(HttpContext context) => context.Response.Cookies.Append(
        Cookie, Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(this, Json)),
        new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, MaxAge = TimeSpan.FromMinutes(1) });

    /// <summary>Shown at once by the script, when a partial update answers without leaving the page.</summary>
    public void ShowNow(HttpContext context) => context.Response.Headers["HX-Trigger"] = JsonSerializer.Serialize(
        new { toast = new { Text, Link, LinkText, Tone = Tone.ToString().ToLowerInvariant() } }, Json);

    public static Toast? Take(HttpContext context)
    {
        if (context.Request.Cookies[Cookie] is not { Length: < 4000 } value) return null;
        context.Response.Cookies.Delete(Cookie);
        try
        {
            var toast = JsonSerializer.Deserialize<Toast>(Encoding.UTF8.GetString(Convert.FromBase64String(value)), Json);
            return toast is { Text.Length: > 0 } ? toast with { Link = OwnAddress.Is(toast.Link) ? toast.Link : null } : null;
        }
        catch (Exception unreadable) when (unreadable is FormatException or JsonException)
        {
            return null;
        }
    }
}

public enum ToastTone { Success, Notice, Failure }
