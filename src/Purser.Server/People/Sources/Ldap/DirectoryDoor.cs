using Purser.Server.Commands;
using Purser.Server.Pki;

namespace Purser.Server.People.Sources.Ldap;

/// <summary>Asks a directory who somebody is: search, bind as that person, groups.</summary>
public sealed class DirectoryDoor(SecretBox box, ILogger<DirectoryDoor> log) : IDisposable
{
    private const int AtOnce = 8;

    /// <summary>A busy server may refuse StartTLS because it has not yet put away the request before it, which it has answered.</summary>
    private const int Attempts = 5;

    private readonly SemaphoreSlim places = new(AtOnce);

    /// <summary>Whose password this is; null where nobody has this name, or the password is another one.</summary>
    public async Task<Verdict<SourcePerson?>> AskAsync(SignInSource source, string name, string password, CancellationToken cancellation)
    {
        try
        {
            return await WorkAsync(source, host => Ask(source, host, name, password), cancellation);
        }
        catch (DirectoryAwayException fault)
        {
            log.LogError(fault, "The directory {Source} cannot be asked: {Reason}", source.Name, fault.Message);
            return Verdict.Refused(
                RefusalCode.SignInFailed, $"“{source.Name}”, where your password is kept, cannot be asked just now. Try again in a minute; if that does not help, tell the operator.");
        }
    }

    /// <summary>For the operator, who may know what is wrong.</summary>
    public async Task<Verdict<string>> CheckAsync(SignInSource source, CancellationToken cancellation)
    {
        try
        {
            return await WorkAsync<Verdict<string>>(
                source,
                host =>
                {
                    using var session = OpenForSearch(source, host);
                    session.FindPeople("somebody@whom.nobody.knows.example");
                    var options = source.Directory();
                    return options.GroupBase.Length == 0
                        ? "The directory answers and lets itself be searched."
                        : $"The directory answers and lets itself be searched, groups too ({session.GroupsOf(options.UserBase).Count} at the first look).";
                },
                cancellation);
        }
        catch (DirectoryAwayException fault)
        {
            return Verdict.Refused(RefusalCode.Conflict, fault.Message);
        }
    }

    /// <summary>Whose numbers are those of this directory.</summary>
    internal static string IssuerOf(SignInSource source) => $"directory:{source.Id}";

    /// <summary>What it says today about people whom it has let in, without their passwords; null for those whom it would let in no longer.</summary>
    /// <exception cref="DirectoryAwayException">It cannot be asked, which says nothing about anybody.</exception>
    internal Task<IReadOnlyDictionary<string, SourcePerson?>> LookAsync(SignInSource source, IReadOnlyCollection<string> ids, CancellationToken cancellation) =>
        WorkAsync<IReadOnlyDictionary<string, SourcePerson?>>(
            source,
            host =>
            {
                using var search = OpenForSearch(source, host);
                return ids.ToDictionary(id => id, id => search.FindPerson(id) is { IsOff: false } entry ? PersonOf(source, search, entry) : null, StringComparer.Ordinal);
            },
            cancellation);

    public void Dispose() => places.Dispose();

    private SourcePerson? Ask(SignInSource source, string host, string name, string password)
    {
        using var search = OpenForSearch(source, host);
        var found = search.FindPeople(name);
        if (found.Count != 1)
        {
            if (found.Count > 1)
            {
                log.LogWarning("Several people in the directory {Source} have one sign-in name; none of them can sign in by it", source.Name);
            }

            return null;
        }

        var options = source.Directory();
        using (var proof = DirectorySession.Open(options, host))
        {
            if (!proof.Bind(found[0].Place, password))
            {
                return null;
            }
        }

        return found[0].IsOff ? null
            : PersonOf(source, search, found[0], name)
                ?? throw new DirectoryAwayException($"“{found[0].Place}” has no attribute {options.IdAttribute}, or none of its {options.MailAttribute} is an e-mail address.");
    }

    /// <summary>Her address is the one that was typed, if it is among several; what the directory holds is judged as if somebody had typed it here.</summary>
    private static SourcePerson? PersonOf(SignInSource source, DirectorySession search, DirectorySession.Entry entry, string typed = "")
    {
        var mails = entry.Mails.Select(mail => mail.Trim()).Where(mail => NewPerson.Problem(new NewPerson(mail)) is null).ToList();
        var mail = mails.Find(one => PersonBook.KeyOf(one) == PersonBook.KeyOf(typed)) ?? mails.Find(source.AnswersFor) ?? mails.FirstOrDefault();
        return entry.Id is not { } id || mail is null ? null : new SourcePerson(
            IssuerOf(source), id, mail, NewPerson.NameProblem(entry.Name, isOptional: true) is null ? entry.Name ?? mail : mail,
            source.Directory().GroupBase.Length > 0 ? search.GroupsOf(entry.Place) : null);
    }

    private DirectorySession OpenForSearch(SignInSource source, string host)
    {
        var options = source.Directory();
        var session = DirectorySession.Open(options, host);
        try
        {
            if (options.BindName.Length == 0)
            {
                session.BindNobody();
            }
            else if (!session.Bind(options.BindName, source.SealedSecret is { } secret ? box.OpenText(secret, SourceOptions.Place(source.Id)) : ""))
            {
                throw new DirectoryAwayException($"The directory does not believe “{options.BindName}”: name or password to search with is wrong.");
            }

            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private async Task<T> WorkAsync<T>(SignInSource source, Func<string, T> work, CancellationToken cancellation)
    {
        await places.WaitAsync(cancellation);
        try
        {
            var host = await DirectorySession.ChooseHostAsync(source.Directory(), cancellation);
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    return await Task.Run(() => work(host), CancellationToken.None);
                }
                catch (DirectoryAwayException fault) when (fault.MayPass && attempt < Attempts)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(50 * attempt), cancellation);
                }
            }
        }
        finally
        {
            places.Release();
        }
    }
}
