using System.Text;

namespace Purser.Server.Web;

/// <summary>A file that a form brought, as text.</summary>
internal static class UploadedText
{
    public static async Task<string> ReadAsync(IFormFile file, CancellationToken cancellation)
    {
        using var reader = new StreamReader(file.OpenReadStream(), Encoding.UTF8);
        return await reader.ReadToEndAsync(cancellation);
    }
}
