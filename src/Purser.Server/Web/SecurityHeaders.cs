namespace Purser.Server.Web;

/// <summary>Headers of every answer. Nothing inline and nothing foreign runs or loads in our pages.</summary>
static class SecurityHeaders
{
    const string ContentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    /// <summary>A form on this page may lead to that address too.</summary>
    public static void AllowFormsTo(HttpContext context, string address) => context.Response.Headers.ContentSecurityPolicy =
        ContentPolicy.Replace("form-action 'self'", $"form-action 'self' {new Uri(address).GetLeftPart(UriPartial.Authority)}", StringComparison.Ordinal);

    public static void Use(IApplicationBuilder app) => app.Use((context, next) =>
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
        return next(context);
    });
}
