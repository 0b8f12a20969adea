using Purser.Server.Web;

namespace Purser.Server.People.Pages;

/// <summary>A list of people as it was typed or uploaded: addresses that all get one role, or a CSV file.</summary>
public sealed record ImportForm(string Emails, AccessForm Access, string Csv)
{
    public static readonly ImportForm Empty = new("", AccessForm.Empty, "");

    public static async Task<ImportForm> FromAsync(IFormCollection form, CancellationToken cancellation)
    {
        var csv = form["csv"].ToString();
        if (form.Files["file"] is { Length: > 0 } file)
        {
            csv = await UploadedText.ReadAsync(file, cancellation);
        }

        return new ImportForm(form["emails"].ToString(), AccessForm.From(form), csv);
    }

    /// <summary>Addresses become rows with the chosen role; a CSV file says everything itself.</summary>
    public (ImportPeople.Input Input, IReadOnlyList<ImportError> Errors) Read(IReadOnlyDictionary<string, string> virtualAccounts)
    {
        if (Csv.Length > 0)
        {
            return ImportPeople.Read(new ImportPeople.Body(Csv: Csv));
        }

        var rows = EmailList.Read(Emails).Select((email, index) => new ImportRow(email)
        {
            Line = index + 1,
            Role = Access.Role,
            VirtualAccounts = [.. Access.VirtualAccountIds.Select(id => virtualAccounts.GetValueOrDefault(id, id))],
            Scope = Access.IncludesChildren && Access.VirtualAccountIds.Count > 0 ? "children" : "",
        });
        return (new ImportPeople.Input { Rows = [.. rows] }, []);
    }
}
