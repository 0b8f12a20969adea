using System.Globalization;
using Purser.Server.Commands;

namespace Purser.Server.People;

/// <summary>A row of a list that was understood: who gets which role where.</summary>
internal sealed record ImportedPerson(int Line, NewPerson Person, Access Access);

/// <summary>Whether the rows of a list can be carried out: every error of every row, before anything is changed (SA-07).</summary>
internal static class ImportRules
{
    public const int MostRows = 10_000;
    public const int MostErrors = 1_000;

    /// <param name="places">Upper-cased name → number, of the virtual accounts that the giver sees.</param>
    public static (IReadOnlyList<ImportedPerson> People, IReadOnlyList<ImportError> Errors) Judge(
        IReadOnlyList<ImportRow> rows, Actor giver, long accountId, IReadOnlyDictionary<string, long> places)
    {
        var (people, errors) = (new List<ImportedPerson>(), new List<ImportError>());
        if (rows.Count == 0)
        {
            errors.Add(new ImportError(0, "", "There is nobody in the list."));
        }

        if (rows.Count > MostRows)
        {
            errors.Add(new ImportError(0, "", string.Create(CultureInfo.InvariantCulture, $"Add at most {MostRows} people at once; divide the list.")));
            return (people, errors);
        }

        var seen = new Dictionary<(string, Role, long?), int>();
        foreach (var row in rows.TakeWhile(_ => errors.Count < MostErrors))
        {
            var problems = Understand(row, giver, accountId, places, seen, out var person);
            errors.AddRange(problems.Select(text => new ImportError(row.Line, row.Email, text)));
            if (person is not null && problems.Count == 0)
            {
                people.Add(person);
            }
        }

        return (people, errors);
    }

    private static List<string> Understand(
        ImportRow row, Actor giver, long accountId, IReadOnlyDictionary<string, long> places, Dictionary<(string, Role, long?), int> seen, out ImportedPerson? person)
    {
        person = null;
        var problems = new List<string>();
        var wanted = new NewPerson(row.Email, row.Name);
        if (NewPerson.Problem(wanted) is { } wrong)
        {
            problems.Add(wrong.Detail);
        }

        if (RoleOf(row.Role) is not { } role)
        {
            problems.Add(row.Role.Length == 0
                ? $"The role is missing: {Names()}."
                : $"There is no role \"{row.Role}\". The roles are: {Names()}.");
            return problems;
        }

        problems.AddRange(row.VirtualAccounts.Where(name => !places.ContainsKey(Key(name))).Select(name => $"There is no virtual account \"{name}\" here."));
        if (Children(row.Scope) is not { } children)
        {
            problems.Add($"The scope \"{row.Scope}\" is not known: write account or children, or leave it empty.");
            return problems;
        }

        if (problems.Count > 0)
        {
            return problems;
        }

        var access = new Access(role) { VirtualAccountIds = [.. row.VirtualAccounts.Select(name => places[Key(name)]).Distinct()], IncludesChildren = children };
        foreach (var place in access.Places())
        {
            if (GrantRules.Judge(giver, Permission.PeopleManage, accountId, role, place) is { } refusal)
            {
                problems.Add(refusal.Detail);
                break;
            }

            if (!seen.TryAdd((PersonBook.KeyOf(row.Email), role, place), row.Line))
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"This person gets the same role in line {seen[(PersonBook.KeyOf(row.Email), role, place)]} already."));
                break;
            }
        }

        person = new ImportedPerson(row.Line, wanted, access);
        return problems;
    }

    /// <summary>By its name as people know it or as programs do, whatever the case and the blanks.</summary>
    private static Role? RoleOf(string text) =>
        Enum.GetValues<Role>().Where(role => Letters(role.ToString()) == Letters(text)).Select(role => (Role?)role).FirstOrDefault();

    private static bool? Children(string scope) => Letters(scope) switch
    {
        "" or "ACCOUNT" or "ONLY" or "CHOSEN" or "WHOLE" => false,
        "CHILDREN" or "ANDCHILDREN" or "BELOW" or "ANDBELOW" => true,
        _ => null,
    };

    public static string Key(string name) => name.Trim().ToUpperInvariant();

    private static string Letters(string text) => string.Concat(text.Where(char.IsLetter)).ToUpperInvariant();

    private static string Names() => string.Join(", ", Enum.GetValues<Role>().Select(role => role.Display()));
}
